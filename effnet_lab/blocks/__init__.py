"""Any MBConv block, a learner's too: its slots, its counts, its maps, and its proof."""
