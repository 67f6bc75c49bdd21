"""How the API is read, answered and described; settings take it over as REST_FRAMEWORK and SPECTACULAR_SETTINGS."""

FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cooperatives.credentials.SessionOrToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "cooperatives.rest.schema.Schema",
    "EXCEPTION_HANDLER": "cooperatives.rest.problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DESCRIPTION = {
    "TITLE": "Cooperator",
    "DESCRIPTION": "Register, work, decisions, money and record of a cooperative. Errors are problem documents (RFC 9457).",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cooperatives.rest.schema.document_problems",
    ],
    # Words that stand under several names, or for several things under one.
    "ENUM_NAME_OVERRIDES": {
        "CooperativeKindEnum": "cooperatives.models.Cooperative.Kind",
        "InvitationStateEnum": "members.queries.InvitationState",
        "JoinStateEnum": "members.models.JoinRequest.State",
        "LeavingReasonEnum": "members.models.Leaving",
        "MemberRoleEnum": "members.roles.Role",
        "MemberStatusEnum": "members.models.Status",
        "OccupancyKindEnum": "members.models.Occupancy.Kind",
        "RelationKindEnum": "tasks.models.Relation.Kind",
        "RelationWordEnum": "tasks.actions.WORDS",
        "RoleEnum": "members.models.User.Role",
        "TaskKindEnum": "tasks.models.Kind",
        "UnitKindEnum": "members.models.Unit.Kind",
        "WaitingStateEnum": "members.models.WaitingEntry.State",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
