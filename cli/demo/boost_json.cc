// The compiled half of Boost.JSON, once instead of in every file.
#include <boost/json/src.hpp>
