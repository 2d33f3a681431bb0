"""Strange input for every parser, for POST /prompt, from a chat server and in the page: does anything fail or freeze?"""
