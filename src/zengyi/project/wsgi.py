"""The WSGI application that ``zengyi serve`` serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")

application = get_wsgi_application()
