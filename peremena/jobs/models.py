from django.db import models


class Pace(models.Model):
    """Where the next call of one credential stands in time (GCRA's theoretical arrival time); see jobs.limiter."""

    key = models.CharField(max_length=100, primary_key=True)
    tat = models.DateTimeField()
