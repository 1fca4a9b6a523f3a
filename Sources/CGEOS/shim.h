#ifndef WIJKMUNT_CGEOS_H
#define WIJKMUNT_CGEOS_H

// Only the reentrant functions (suffix _r) are wanted: the others share one global context.
#define GEOS_USE_ONLY_R_API 1
#include <geos_c.h>

#endif
