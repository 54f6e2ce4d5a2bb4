"""Settings of the tests that need neither a site nor a browser."""

from hypothesis import settings

# A time limit for one example measures how busy the machine is, not the rule.
settings.register_profile("pure", deadline=None)
settings.load_profile("pure")
