"""Many queued jobs in one server, with interrupts: does anything fail, grow or stay behind?"""
