"""等级复查: what a credit listing asks to look at again."""
