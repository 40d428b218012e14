"""The texts of the default templates, plain and in HTML.

Name, description, content. Administrators edit the copies in the database.
"""

from typing import Final

_AUTOREPLY = """\
Subject: AutoReply: {{ ticket.subject }}

Thank you. Your message "{{ ticket.subject }}" has reached us and has the number
{{ ticket.id }}.

You need not write again: we will answer. If you want to add something, reply to this
mail and leave {{ tag }} in the subject, so that your words end up in the right place.

{{ queue.correspond_address }}

-------------------------------------------------------------------------
{{ transaction.content }}
"""
_AUTOREPLY_HTML = """\
Subject: AutoReply: {{ ticket.subject }}
Content-Type: text/html

<p>Thank you. Your message <b>{{ ticket.subject }}</b> has reached us and has the number
<b>{{ ticket.id }}</b>.</p>
<p>You need not write again: we will answer. If you want to add something, reply to this
mail and leave <b>{{ tag }}</b> in the subject, so that your words end up in the right
place.</p>
<p>{{ queue.correspond_address }}</p>
<hr>
<div>{{ transaction.content_html }}</div>
"""
_FACTS = """\
{{ transaction.created|date:"D d M Y H:i" }}: {{ transaction.description }}

    Queue: {{ queue.name }}
  Subject: {{ ticket.subject|default:"(No subject)" }}
    Owner: {{ owner.display_name }}
Requestor: {{ ticket.requestor_addresses }}
   Status: {{ ticket.status }}
   Ticket: {{ ticket.url }}
"""
_FACTS_HTML = """\
<p><b>{{ transaction.description }}</b>
({{ transaction.created|date:"D d M Y H:i" }})</p>
<table>
<tr><td>Queue</td><td>{{ queue.name }}</td></tr>
<tr><td>Subject</td><td>{{ ticket.subject|default:"(No subject)" }}</td></tr>
<tr><td>Owner</td><td>{{ owner.display_name }}</td></tr>
<tr><td>Requestors</td><td>{{ ticket.requestor_addresses }}</td></tr>
<tr><td>Status</td><td>{{ ticket.status }}</td></tr>
<tr><td>Ticket</td><td><a href="{{ ticket.url }}">{{ ticket.url }}</a></td></tr>
</table>
"""
_TRANSACTION = f"""\
RT-Attach-Message: yes

{_FACTS}
{{{{ transaction.content }}}}
"""
_TRANSACTION_HTML = f"""\
RT-Attach-Message: yes
Content-Type: text/html

{_FACTS_HTML}
<div>{{{{ transaction.content_html }}}}</div>
"""
_ADMIN_CORRESPONDENCE = """\
RT-Attach-Message: yes

{{ ticket.url }}

{{ transaction.content }}
"""
_ADMIN_CORRESPONDENCE_HTML = """\
RT-Attach-Message: yes
Content-Type: text/html

<p><a href="{{ ticket.url }}">{{ ticket.url }}</a></p>
<div>{{ transaction.content_html }}</div>
"""
_CORRESPONDENCE = """\
RT-Attach-Message: yes

{{ transaction.content }}
"""
_CORRESPONDENCE_HTML = """\
RT-Attach-Message: yes
Content-Type: text/html

<div>{{ transaction.content_html }}</div>
"""
_ADMIN_COMMENT = """\
Subject: [Comment] {{ ticket.subject }}
RT-Attach-Message: yes

{{ ticket.url }}
This is a comment. The requestors have not been sent it.

{{ transaction.content }}
"""
_ADMIN_COMMENT_HTML = """\
Subject: [Comment] {{ ticket.subject }}
RT-Attach-Message: yes
Content-Type: text/html

<p><a href="{{ ticket.url }}">{{ ticket.url }}</a></p>
<p>This is a comment. The requestors have not been sent it.</p>
<div>{{ transaction.content_html }}</div>
"""
_STATUS_CHANGE = f"""\
Subject: Status Changed to: {{{{ transaction.new_value }}}}

{_FACTS}
"""
_STATUS_CHANGE_HTML = f"""\
Subject: Status Changed to: {{{{ transaction.new_value }}}}
Content-Type: text/html

{_FACTS_HTML}
"""
_RESOLVED = """\
Subject: Resolved: {{ ticket.subject }}

According to our records your request "{{ ticket.subject }}" has been resolved.

If it has not, or if a question is left, reply to this mail: that opens it again.
"""
_RESOLVED_HTML = """\
Subject: Resolved: {{ ticket.subject }}
Content-Type: text/html

<p>According to our records your request <b>{{ ticket.subject }}</b> has been
resolved.</p>
<p>If it has not, or if a question is left, reply to this mail: that opens it again.</p>
"""

TEMPLATES: Final[tuple[tuple[str, str, str], ...]] = (
    ("Blank", "For actions that send no mail", ""),
    ("Autoreply", "First answer to whoever opened the ticket", _AUTOREPLY),
    ("Autoreply in HTML", "The same in HTML", _AUTOREPLY_HTML),
    ("Transaction", "Notice to staff of what happened", _TRANSACTION),
    ("Transaction in HTML", "The same in HTML", _TRANSACTION_HTML),
    ("Admin Correspondence", "A reply, for owner and AdminCcs", _ADMIN_CORRESPONDENCE),
    (
        "Admin Correspondence in HTML",
        "The same in HTML",
        _ADMIN_CORRESPONDENCE_HTML,
    ),
    ("Correspondence", "A reply, for everybody else", _CORRESPONDENCE),
    ("Correspondence in HTML", "The same in HTML", _CORRESPONDENCE_HTML),
    ("Admin Comment", "A comment, for AdminCcs", _ADMIN_COMMENT),
    ("Admin Comment in HTML", "The same in HTML", _ADMIN_COMMENT_HTML),
    ("Status Change", "Notice of a new status", _STATUS_CHANGE),
    ("Status Change in HTML", "The same in HTML", _STATUS_CHANGE_HTML),
    ("Resolved", "Tells requestors that the ticket is resolved", _RESOLVED),
    ("Resolved in HTML", "The same in HTML", _RESOLVED_HTML),
)
