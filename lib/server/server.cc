#include "lib/server/server.h"
