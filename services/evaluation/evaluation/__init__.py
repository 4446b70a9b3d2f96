"""评估服务: the grading of social organisations."""
