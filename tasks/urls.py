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
/c/<slug>/work/tasks/<id>/history/   what happened to it
/c/<slug>/work/tasks/<id>/.../       watch it, comment on it, add a checklist or a relation (POST)
/c/<slug>/work/comments/<id>/        change a comment; .../remove/ takes it back
/c/<slug>/work/checklists/<id>/      rename or remove a checklist; .../steps/ adds a step (POST)
/c/<slug>/work/steps/<id>/           change or remove a step; .../tick/ ticks it (POST)
/c/<slug>/work/<id>/people/          who belongs to a project; people/<id>/ lets one lead, or go (POST)
/c/<slug>/work/<id>/labels/new/      add a label; labels/<id>/ changes or removes it
/c/<slug>/work/tasks/<id>/effort/    note time on it
/c/<slug>/work/<id>/recurring/       what comes again on a board; new/ to set one up
/c/<slug>/work/recurring/<id>/       change it, pause it, end it
/c/<slug>/work/duties/               turns week by week; /mine/, /rules/, /new/, /confirm/
/c/<slug>/work/duties/<id>/          a duty; /edit/
/c/<slug>/work/turns/<id>/           a turn; /act/ to sign up or give a place (POST), /cancel/ to call it off
/c/<slug>/work/parts/<id>/act/       every button about one place in a turn (POST)
/c/<slug>/work/effort/               the effort ledger; /<id>/ to correct a row
/c/<slug>/work/feed/                 the address of one's own calendar, and reminders
/calendar/<secret>.ics               that calendar, for programs that cannot sign in
/c/<slug>/work/tasks/<id>/take/      assign it to me, or take me off it (POST)
/c/<slug>/work/list/                 all tasks as a list; also under a project
/c/<slug>/work/calendar/             all tasks by day; also under a project, and day/ under both
/c/<slug>/work/<id>/filter/          what its board shows
/c/<slug>/work/<id>/quick/           add a task in one line
/c/<slug>/work/filters/              the reader's saved filters: new/, <id>/, <id>/remove/ (POST)
/my-work/                            my work in all my cooperatives
"""

from typing import Any

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
        path("tasks/<int:pk>/history/", views.history, name="history"),
        path("tasks/<int:pk>/watch/", views.watch, name="watch"),
        path("tasks/<int:pk>/comments/", views.comment_new, name="comment_new"),
        path("tasks/<int:pk>/checklists/", views.checklist_new, name="checklist_new"),
        path("tasks/<int:pk>/relations/", views.relation_new, name="relation_new"),
        path("tasks/<int:pk>/relations/<int:relation>/remove/", views.relation_remove, name="relation_remove"),
        path("comments/<int:pk>/", views.comment, name="comment"),
        path("comments/<int:pk>/remove/", views.comment_remove, name="comment_remove"),
        path("checklists/<int:pk>/", views.checklist, name="checklist"),
        path("checklists/<int:pk>/steps/", views.step_new, name="step_new"),
        path("steps/<int:pk>/", views.step, name="step"),
        path("steps/<int:pk>/tick/", views.step_tick, name="step_tick"),
        path("<int:pk>/people/", views.people, name="people"),
        path("people/<int:pk>/", views.person, name="person"),
        path("<int:pk>/labels/new/", views.label_new, name="label_new"),
        path("labels/<int:pk>/", views.label, name="label"),
        path("tasks/<int:pk>/effort/", views.effort_new, name="effort_new"),
        path("<int:pk>/recurring/", views.recurring, name="recurring"),
        path("<int:pk>/recurring/new/", views.recurring_new, name="recurring_new"),
        path("recurring/<int:pk>/", views.recurring_edit, name="recurring_edit"),
        path("duties/", views.duties, name="duties"),
        path("duties/mine/", views.my_duties, name="my_duties"),
        path("duties/rules/", views.duty_rules, name="duty_rules"),
        path("duties/new/", views.duty_new, name="duty_new"),
        path("duties/confirm/", views.confirming, name="confirming"),
        path("duties/<int:pk>/", views.duty, name="duty"),
        path("duties/<int:pk>/edit/", views.duty_edit, name="duty_edit"),
        path("turns/<int:pk>/", views.turn, name="turn"),
        path("turns/<int:pk>/act/", views.turn_act, name="turn_act"),
        path("turns/<int:pk>/cancel/", views.turn_cancel, name="turn_cancel"),
        path("parts/<int:pk>/act/", views.part_act, name="part_act"),
        path("effort/", views.efforts, name="efforts"),
        path("effort/<int:pk>/", views.effort_correct, name="effort_correct"),
        path("feed/", views.calendar_feed, name="calendar_feed"),
        path("tasks/<int:pk>/take/", views.take, name="take"),
        # --- Other ways to look at it
        path("list/", views.listing, name="list_all"),
        path("<int:pk>/list/", views.listing, name="list"),
        path("<int:pk>/filter/", views.choose, name="choose"),
        path("<int:pk>/quick/", views.quick, name="quick"),
        path("calendar/", views.month, name="calendar_all"),
        path("calendar/day/", views.day, name="day_all"),
        path("<int:pk>/calendar/", views.month, name="calendar"),
        path("<int:pk>/calendar/day/", views.day, name="day"),
        path("filters/", views.my_filters, name="filters"),
        path("filters/new/", views.filter_new, name="filter_new"),
        path("filters/<int:pk>/", views.filter_edit, name="filter"),
        path("filters/<int:pk>/remove/", views.filter_remove, name="filter_remove"),
    ],
    "tasks",
)
# A reader's program knows no cooperative and signs in nowhere: all it has is this address.
_outside = ([path("<str:token>.ics", views.calendar, name="read")], "calendars")

# My own work lies in no cooperative; it bears the same name in front.
_all: Any = ([path("my-work/", views.mine, name="mine"), path("c/<slug:slug>/work/", include(_inside[0]))], _inside[1])

urlpatterns = [path("", include(_all)), path("calendar/", include(_outside))]
