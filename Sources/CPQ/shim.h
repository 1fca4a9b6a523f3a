#ifndef CPQ_SHIM_H
#define CPQ_SHIM_H

#include <libpq-fe.h>
#include <sys/prctl.h>

/// Names the calling thread as `ps -L` and debuggers show it; the kernel keeps 15 bytes.
/// `prctl` is variadic and glibc hides `pthread_setname_np` without _GNU_SOURCE: Swift sees neither.
static inline void cpq_name_current_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
