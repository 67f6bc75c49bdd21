"""Cards with what a card has at least. Not owned by anybody, not versioned, not recorded."""

from django.db import models


class Named(models.Model):
    """Something with a name."""

    name = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Lane(Named):
    """A column."""


class Member(Named):
    """Somebody."""


class Label(Named):
    """A label."""


class Task(models.Model):
    """A card."""

    lane = models.ForeignKey(Lane, models.CASCADE)
    assignee = models.ForeignKey(Member, models.CASCADE, null=True)
    number = models.IntegerField(default=0)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    due_date = models.DateField(null=True)
    rank = models.BigIntegerField(default=0)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    labels = models.ManyToManyField(Label)

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """What happened."""

    kind = models.CharField(max_length=100)
    payload = models.JSONField()

    def __str__(self) -> str:
        return self.kind
