"""«Демо школа»: an invented Russian school, the same for the same seed. Pure: no Django, no clock, no network."""

from peremena.server.demo_school.school import DemoSchool, generate

__all__ = ["DemoSchool", "generate"]
