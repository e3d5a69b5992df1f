#include "lib/server/runtime.h"
