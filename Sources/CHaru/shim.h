#ifndef WIJKMUNT_CHARU_H
#define WIJKMUNT_CHARU_H

#include <hpdf.h>

#endif
