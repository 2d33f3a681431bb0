"""Pictures made in pieces: does each region hold what its prompt says, and do seams show?"""
