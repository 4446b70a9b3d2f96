"""信用核查: how one or thousands of organisations stand, with a receipt that proves the answer."""
