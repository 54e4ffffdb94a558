"""What `web` answers the supervisor: that it still takes a request through the whole application."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Return 200. It asks the database nothing: a database that is away must not get the portal restarted."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")
