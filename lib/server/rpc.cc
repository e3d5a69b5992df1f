#include "lib/server/rpc.h"
