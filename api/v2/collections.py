"""Collections: paging parameters and the envelope around the items."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from api.v2.records import Json

PER_PAGE = 20
MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a collection is asked for."""

    page: int
    per_page: int

    @classmethod
    def of(cls, params: QueryDict) -> "Paging":
        """Read `page` and `per_page`; what makes no sense becomes the default."""
        return cls(
            page=_number(params.get("page"), default=1, limit=10**9),
            per_page=_number(
                params.get("per_page"), default=PER_PAGE, limit=MOST_PER_PAGE
            ),
        )


def merged_parameters(request: HttpRequest) -> QueryDict:
    """Return the parameters of the URL and, over them, those of a posted form."""
    params = request.GET.copy()
    if request.method == "POST" and request.POST:
        for key, values in request.POST.lists():
            params.setlist(key, values)
    return params


def orders(params: QueryDict) -> list[str]:
    """Return the field names to order by, `-` before those that descend."""
    ways = params.getlist("order")
    names = []
    for index, name in enumerate(params.getlist("orderby")):
        is_descending = index < len(ways) and ways[index].upper() == "DESC"
        names.append(f"-{name}" if is_descending else name)
    return names


def envelope(
    request: HttpRequest,
    params: QueryDict,
    items: Sequence[Json],
    *,
    total: int,
    paging: Paging,
) -> Json:
    """Wrap the items of a page the way every collection is wrapped."""
    pages = -(-total // paging.per_page)
    answer: Json = {
        "count": len(items),
        "total": total,
        "pages": pages,
        "page": paging.page,
        "per_page": paging.per_page,
        "items": list(items),
    }
    if paging.page < pages:
        answer["next_page"] = _address(request, params, paging.page + 1)
    if paging.page > 1 and total:
        answer["prev_page"] = _address(request, params, min(paging.page - 1, pages))
    return answer


def _address(request: HttpRequest, params: QueryDict, page: int) -> str:
    numbered = params.copy()
    numbered["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{numbered.urlencode()}")


def _number(text: str | None, *, default: int, limit: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 12:
        return default
    return min(int(text), limit) or default
