"""守信红名单: proposal, publicity with objections, confirmation by a second officer."""
