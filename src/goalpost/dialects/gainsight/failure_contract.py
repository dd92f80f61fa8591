"""Failures as Gainsight documents them; part of `contract`."""

SEED, DOC, GUESS = "seed", "doc", "guess"


def _gateway(code: str, text: str) -> str:
    return f'{{"result":false,"errorCode":"{code}","errorDesc":"{text}","requestId":"…","message":"{text}"}}'


FAILURES: dict[int, tuple[str, str]] = {
    400: (SEED, '{"result":false,"errorCode":"VC_8009","errorDesc":"INVALID_FIELD",…,"message":"…","errorInfo":null}'),
    401: (DOC, _gateway("GS_APIG_2401", "Unauthorized")),
    403: (
        DOC,
        '{"result":false,"errorCode":"GS_2402","errorDesc":"Not authorized to perform operation.",'
        '"localizedErrorDesc":"Not authorized to perform operation.","requestId":"…","data":null,'
        '"message":"Not authorized to perform operation.","localizedMessage":null}',
    ),
    404: (DOC, _gateway("GS_APIG_1000", "Not Found")),
    405: (GUESS, _gateway("GS_APIG_1000", "Method Not Allowed")),
    413: (GUESS, _gateway("VC_8000", "The body has more than 1 MiB")),
    429: (
        DOC,
        '{"result":false,"errorCode":"GU_2400","errorDesc":"Too many request","requestId":"…","data":null,'
        '"message":null}',
    ),
    500: (SEED, '{"result":false,"errorCode":"VC_8010",…,"status":500,"exception":"…CSGoalException","path":"…"}'),
    503: (
        GUESS,
        '{"result":false,"errorCode":"GU_1101","errorDesc":"Oops, something went wrong...","requestId":"…",'
        '"data":null,"message":"Oops, something went wrong..."}',
    ),
}
