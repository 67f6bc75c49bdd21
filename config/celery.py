"""The Celery app. A job says its own rhythm: `@shared_task(name="activity.sweep", every=timedelta(seconds=30))`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cooperator")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.set_default()  # threads started later, such as the embedded worker, find the same app
