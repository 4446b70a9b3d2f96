"""检索与公开名册: finding organisations among millions, and handing the list out."""
