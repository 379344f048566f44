"""The one way in which the benchmark gives up."""


class Stop(Exception):
    """Why measuring cannot go on, in words for the person who started it."""
