"""The WSGI application that ``zengyi serve`` serves."""

import os

from django.core.wsgi import get_wsgi_application

from zengyi.project.parent import end_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
end_with_server()

application = get_wsgi_application()
