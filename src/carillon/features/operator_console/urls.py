"""Addresses of the operator's console."""

from django.urls import path

from carillon.features.operator_console import views

urlpatterns = [
    path("operator/", views.groups, name="operator"),
    path("operator/groups/add/", views.add_group, name="operator-group-add"),
    path("operator/groups/<int:group_id>/", views.group, name="operator-group"),
    path("operator/groups/<int:group_id>/details/", views.details, name="operator-group-details"),
    path("operator/groups/<int:group_id>/grants/", views.grants, name="operator-group-grants"),
    path("operator/groups/<int:group_id>/suspend/", views.suspend, name="operator-group-suspend"),
    path("operator/groups/<int:group_id>/lines/", views.lines, name="operator-lines"),
    path("operator/groups/<int:group_id>/lines/add/", views.add_line, name="operator-line-add"),
    path("operator/lines/<int:line_id>/", views.line, name="operator-line"),
    path("operator/lines/<int:line_id>/service/", views.line_service, name="operator-line-service"),
    path("operator/lines/<int:line_id>/suspend/", views.suspend_line, name="operator-line-suspend"),
    path("operator/lines/<int:line_id>/secrets/", views.line_secrets, name="operator-line-secrets"),
    path("operator/lines/<int:line_id>/delete/", views.delete_line, name="operator-line-delete"),
    path("operator/groups/<int:group_id>/blocks/", views.blocks, name="operator-blocks"),
    path("operator/groups/<int:group_id>/blocks/add/", views.add_block, name="operator-block-add"),
    path("operator/blocks/<int:block_id>/delete/", views.delete_block, name="operator-block-delete"),
    path("operator/feedback/", views.comments, name="operator-feedback"),
    path("operator/feedback/<int:feedback_id>/done/", views.comment_done, name="operator-feedback-done"),
    path("operator/groups/<int:group_id>/departments/", views.departments, name="operator-departments"),
    path(
        "operator/groups/<int:group_id>/departments/add/",
        views.add_department,
        name="operator-department-add",
    ),
    path("operator/departments/<int:department_id>/", views.edit_department, name="operator-department"),
    path(
        "operator/departments/<int:department_id>/delete/",
        views.delete_department,
        name="operator-department-delete",
    ),
    path("operator/classes/", views.classes, name="operator-classes"),
    path("operator/classes/add/", views.edit_class, name="operator-class-add"),
    path("operator/classes/<int:class_id>/", views.edit_class, name="operator-class"),
    path("operator/classes/<int:class_id>/delete/", views.delete_class, name="operator-class-delete"),
    path("operator/trunks/", views.ways, name="operator-ways"),
    path("operator/trunks/add/", views.edit_trunk, name="operator-trunk-add"),
    path("operator/trunks/<int:trunk_id>/", views.edit_trunk, name="operator-trunk"),
    path("operator/trunks/<int:trunk_id>/delete/", views.delete_trunk, name="operator-trunk-delete"),
    path("operator/routes/add/", views.edit_route, name="operator-route-add"),
    path("operator/routes/<int:route_id>/", views.edit_route, name="operator-route"),
    path("operator/routes/<int:route_id>/delete/", views.delete_route, name="operator-route-delete"),
]
