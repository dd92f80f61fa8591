"""How hypothesis runs here: a busy machine may be slow, and slow is not wrong."""

from hypothesis import HealthCheck, settings

settings.register_profile("goalpost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("goalpost")
