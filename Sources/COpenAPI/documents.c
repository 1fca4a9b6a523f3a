#include "COpenAPI.h"

// In C, because Swift takes minutes over a literal of this many bytes.

static const unsigned char common[] = {
#embed "../../openapi/common.yaml"
};
static const unsigned char accounts[] = {
#embed "../../openapi/accounts.yaml"
};
static const unsigned char wallet[] = {
#embed "../../openapi/wallet.yaml"
};
static const unsigned char merchant[] = {
#embed "../../openapi/merchant.yaml"
};
static const unsigned char disbursement[] = {
#embed "../../openapi/disbursement.yaml"
};

#define FILE_OF(name) \
    struct openapi_file openapi_##name(void) { \
        return (struct openapi_file){name, sizeof name}; \
    }

FILE_OF(common)
FILE_OF(accounts)
FILE_OF(wallet)
FILE_OF(merchant)
FILE_OF(disbursement)
