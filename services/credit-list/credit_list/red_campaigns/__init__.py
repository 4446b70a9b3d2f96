"""守信红名单年度认定: a call, candidates by the conditions of a day, one notice, one decision."""
