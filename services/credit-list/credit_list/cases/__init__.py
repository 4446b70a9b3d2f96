"""列入案件: from the proposal over notice and defence to the decision of a second officer."""
