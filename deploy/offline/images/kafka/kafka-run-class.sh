#!/bin/bash
# Runs a class of Kafka, or, under the name of a tool (a link), the class of that tool.
home=/opt/kafka
name=$(basename -- "$0" .sh)
if [[ $name == kafka-run-class ]]; then
  class=${1:?kafka-run-class.sh CLASS [arguments]}
  shift
else
  class=$(sed -n "s/^$name //p" "$home/config/tools")
fi
: "${KAFKA_HEAP_OPTS:=-Xmx256M}"
: "${KAFKA_JVM_PERFORMANCE_OPTS:=-XX:+UseSerialGC -XX:TieredStopAtLevel=1}"
: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=$home/config/tools-log4j2.properties}"
# Lists of options: they are meant to be split.
# shellcheck disable=SC2086
exec java $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS $KAFKA_LOG4J_OPTS ${KAFKA_JMX_OPTS:-} \
  ${KAFKA_OPTS:-} -cp "$home/libs/*${CLASSPATH:+:$CLASSPATH}" "$class" "$@"
