// The compiled halves of Boost's header-only parts, once instead of in every file.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
