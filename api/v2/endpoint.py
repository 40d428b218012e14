"""From a function per HTTP method to the view of a resource."""

import logging
from collections.abc import Callable
from typing import TypeAlias

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from api.auth import authenticated
from api.errors import ApiError, json_error, sentence

logger = logging.getLogger(__name__)


Resource: TypeAlias = Callable[..., HttpResponse]


def endpoint(**resources: Resource) -> Resource:
    """Build the view of a resource: authentication, methods, errors in JSON."""
    methods = {name.upper(): resource for name, resource in resources.items()}
    if "GET" in methods:
        methods["HEAD"] = methods["GET"]

    @csrf_exempt  # authentication checks where a browser's request comes from
    def view(request: HttpRequest, **path: str | int) -> HttpResponse:
        try:
            user = authenticated(request)
            resource = methods.get(request.method or "")
            if resource is None:
                raise ApiError(405, Allow=", ".join(methods))
            return resource(request, user, **path)
        except ApiError as error:
            return json_error(error)
        except PermissionDenied as error:
            return json_error(ApiError(403, str(error)))
        except (Http404, ObjectDoesNotExist):
            return json_error(ApiError(404))
        except ValidationError as error:
            return json_error(ApiError(400, sentence(error)))
        except (MultiPartParserError, SuspiciousOperation) as error:
            return json_error(ApiError(400, str(error)))
        except Exception:
            # Clients read JSON, whatever happened.
            logger.exception("REST 2.0 request failed", extra={"path": request.path})
            return json_error(ApiError(500))

    return view
