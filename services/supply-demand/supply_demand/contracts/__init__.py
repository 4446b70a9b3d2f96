"""合同: the award of a tender to one bid, checked at the point of no return."""
