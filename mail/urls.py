"""URLs of the mail app."""

from django.urls import path

from mail import views

app_name = "mail"
urlpatterns = [
    path("mail/outgoing/", views.outgoing, name="outgoing"),
    path("mail/outgoing/send-kept/", views.send_kept, name="send-kept"),
    path("mail/outgoing/<int:mail_id>/", views.outgoing_detail, name="outgoing-mail"),
    path("mail/outgoing/<int:mail_id>/html/", views.outgoing_html, name="html"),
    path(
        "mail/outgoing/<int:mail_id>/files/<int:file_id>/",
        views.outgoing_file,
        name="file",
    ),
    path(
        "mail/outgoing/<int:mail_id>/send-again/", views.send_again, name="send-again"
    ),
    path("mail/record/<int:transaction_id>/", views.record, name="record"),
    path("mail/incoming/", views.incoming, name="incoming"),
    path("mail/incoming/<int:mail_id>/", views.incoming_detail, name="incoming-mail"),
    path("mail/incoming/<int:mail_id>/raw/", views.incoming_raw, name="raw"),
    path(
        "mail/incoming/<int:mail_id>/process-again/",
        views.process_again,
        name="process-again",
    ),
]
