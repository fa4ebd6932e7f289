"""The WSGI application that ``zengyi serve`` serves."""

import os

from django.core.wsgi import get_wsgi_application

from zengyi.core.private import write_for_us_alone
from zengyi.project.parent import end_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
end_with_server()
write_for_us_alone()

application = get_wsgi_application()
