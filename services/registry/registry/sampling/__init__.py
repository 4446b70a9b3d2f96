"""双随机、一公开: bodies and inspectors drawn at random, so that anybody can draw them again."""
