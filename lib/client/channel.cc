#include "lib/client/channel.h"
