"""抽查、专项检查、第三方审计: tasks, findings, conclusions, publication."""
