"""Several identities in one picture: does each region bear its own LoRA's mark, and no other's?"""
