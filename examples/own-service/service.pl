# Answers every request with the table that the migrations beside it make, as JSON. It stands for
# your own service, and is as small as one can be: one request at a time.
#
#   perl service.pl         serves on port 8080
#   perl service.pl check   asks that server, for the container's health
use strict;
use warnings;
use IO::Socket::INET;

my $rows = "SELECT coalesce(json_agg(n ORDER BY id), '[]') FROM notes n";

$SIG{TERM} = $SIG{INT} = sub { exit 0 };
if (@ARGV) {
  alarm 5;
  my $server = IO::Socket::INET->new('127.0.0.1:8080') or die "nobody serves: $!\n";
  print $server "GET / HTTP/1.0\r\n\r\n";
  my $status = <$server> // 'no answer';
  exit($status =~ / 200 / ? 0 : 1);
}

# The rest psql reads from PGHOST, PGUSER and PGDATABASE by itself.
open my $file, '<', $ENV{PASSWORD_FILE} or die "$ENV{PASSWORD_FILE}: $!\n";
chomp($ENV{PGPASSWORD} = <$file>);
$ENV{PGCONNECT_TIMEOUT} = 5;

my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 64, ReuseAddr => 1)
  or die "cannot listen on port 8080: $!\n";
while (1) {
  my $client = $server->accept or next;
  # A client that says nothing keeps others waiting for 5 seconds at most.
  eval {
    local $SIG{ALRM} = sub { die "slow\n" };
    local $SIG{PIPE} = sub { die "gone\n" };
    alarm 5;
    while (my $line = <$client>) {
      last if $line =~ /^\r?\n$/;
    }
    my $body = qx{psql --no-psqlrc --no-align --tuples-only --command="$rows"};
    my $status = $? == 0 ? '200 OK' : '503 Service Unavailable';
    print $client "HTTP/1.1 $status\r\nContent-Type: application/json\r\n",
      'Content-Length: ', length($body), "\r\nConnection: close\r\n\r\n", $body;
  };
  alarm 0;
  close $client;
}
