"""行政处罚: from the clue to the decision, its service, execution, publication and withdrawal."""
