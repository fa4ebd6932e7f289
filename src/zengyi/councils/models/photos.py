"""Photos of what a topic is about, and of what was found on site."""

from django.db import models

from zengyi.councils.models.talking import Survey
from zengyi.councils.models.topics import Topic


class TopicPhoto(models.Model):
    """A photo, re-encoded without metadata; the file's name is its random id. Who added it stands in the topic's events."""

    id = models.UUIDField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="photos")
    survey = models.ForeignKey(Survey, null=True, on_delete=models.PROTECT, related_name="photos", help_text="nothing: of the topic itself")
    private = models.BooleanField(default=False, help_text="people, children, names or a door number are in it: not for neighbours")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
