#include "lib/server/worker_pool.h"
