"""
/c/<slug>/work/                      projects
/c/<slug>/work/new/                  start one
/c/<slug>/work/<id>/                 its board
/c/<slug>/work/<id>/new/             add a task
/c/<slug>/work/<id>/settings/        its name, its lanes
/c/<slug>/work/<id>/lanes/new/       add a lane
/c/<slug>/work/<id>/import/          bring a board from another system
/c/<slug>/work/due/                  what is due within a week
/c/<slug>/work/lanes/<id>/           change a lane, or archive it
/c/<slug>/work/lanes/<id>/step/      one place to the left or right (POST)
/c/<slug>/work/tasks/<id>/           a task; ?edit=1 opens the form
/c/<slug>/work/tasks/<id>/move/      move its card (POST)
/c/<slug>/work/tasks/<id>/card/      its card alone
"""

from django.urls import include, path

from . import views

_inside = (
    [
        path("", views.projects, name="projects"),
        path("new/", views.project_new, name="project_new"),
        path("due/", views.due, name="due"),
        path("<int:pk>/", views.board, name="board"),
        path("<int:pk>/new/", views.new, name="new"),
        path("<int:pk>/settings/", views.project, name="project"),
        path("<int:pk>/lanes/new/", views.lane_new, name="lane_new"),
        path("lanes/<int:pk>/", views.lane, name="lane"),
        path("lanes/<int:pk>/step/", views.lane_step, name="lane_step"),
        path("<int:pk>/import/", views.import_page, name="import"),
        path("tasks/<int:pk>/", views.task, name="task"),
        path("tasks/<int:pk>/move/", views.move, name="move"),
        path("tasks/<int:pk>/card/", views.card, name="card"),
    ],
    "tasks",
)

urlpatterns = [path("c/<slug:slug>/work/", include(_inside))]
