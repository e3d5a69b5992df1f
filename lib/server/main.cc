#include "lib/server/main.h"
