#pragma once
#include <stddef.h>

/// The bytes of a file of `openapi/`, as it was when this was compiled. They are never freed.
struct openapi_file {
    const unsigned char *bytes;
    size_t count;
};

struct openapi_file openapi_common(void);
struct openapi_file openapi_accounts(void);
struct openapi_file openapi_wallet(void);
struct openapi_file openapi_merchant(void);
struct openapi_file openapi_disbursement(void);
