"""How well does Pocket Flux draw what a caption says?"""
