"""枢纽型社会组织对社区的覆盖: which communities a hub serves, and the share of a district's."""
