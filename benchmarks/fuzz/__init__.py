"""Strange input for all parsers, POST /prompt, the planner and the page: does anything fail or freeze?"""
